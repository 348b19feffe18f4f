@NullMarked
package io.lighter.linux;

import org.jspecify.annotations.NullMarked;

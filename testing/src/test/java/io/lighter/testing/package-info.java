@NullMarked
package io.lighter.testing;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.lighter.runtime;

import org.jspecify.annotations.NullMarked;

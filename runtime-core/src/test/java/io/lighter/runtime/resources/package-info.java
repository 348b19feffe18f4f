/** Tests of limits. */
@NullMarked
package io.lighter.runtime.resources;

import org.jspecify.annotations.NullMarked;

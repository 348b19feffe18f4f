/** The life cycle of real containers. */
@org.jspecify.annotations.NullMarked
package io.lighter.runtime.lifecycle;

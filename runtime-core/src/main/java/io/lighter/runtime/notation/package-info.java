/** How others write: times and durations for Docker's tools, messages of protobuf. */
@NullMarked
package io.lighter.runtime.notation;

import org.jspecify.annotations.NullMarked;

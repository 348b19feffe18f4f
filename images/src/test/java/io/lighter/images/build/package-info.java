/** Tests of builds, which are real ones. */
@NullMarked
package io.lighter.images.build;

import org.jspecify.annotations.NullMarked;

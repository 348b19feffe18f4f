/** Tests of the language of Dockerfiles. */
@NullMarked
package io.lighter.images.dockerfile;

import org.jspecify.annotations.NullMarked;

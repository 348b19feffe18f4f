/**
 * The names that people give to images, and what they stand for.
 *
 * @see <a href="https://github.com/distribution/reference">the grammar that Docker's tools
 *     share</a>
 */
@NullMarked
package io.lighter.images.reference;

import org.jspecify.annotations.NullMarked;

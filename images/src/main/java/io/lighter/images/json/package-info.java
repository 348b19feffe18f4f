/** Documents of images as JSON: typed access with errors that name the place. */
@NullMarked
package io.lighter.images.json;

import org.jspecify.annotations.NullMarked;

/** Images as Docker shows them: the documents of its API, and the words and units of its tables. */
@NullMarked
package io.lighter.images.docker;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.lighter.images.docker;

import org.jspecify.annotations.NullMarked;

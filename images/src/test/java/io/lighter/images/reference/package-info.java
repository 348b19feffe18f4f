@NullMarked
package io.lighter.images.reference;

import org.jspecify.annotations.NullMarked;

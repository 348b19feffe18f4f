@NullMarked
package io.lighter.images.manifest;

import org.jspecify.annotations.NullMarked;

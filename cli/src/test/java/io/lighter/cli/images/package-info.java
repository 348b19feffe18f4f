@NullMarked
package io.lighter.cli.images;

import org.jspecify.annotations.NullMarked;

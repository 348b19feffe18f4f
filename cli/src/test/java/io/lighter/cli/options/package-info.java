@NullMarked
package io.lighter.cli.options;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.lighter.cli.flags;

import org.jspecify.annotations.NullMarked;

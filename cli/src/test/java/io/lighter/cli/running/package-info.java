@NullMarked
package io.lighter.cli.running;

import org.jspecify.annotations.NullMarked;

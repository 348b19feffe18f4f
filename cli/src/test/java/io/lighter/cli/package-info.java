@NullMarked
package io.lighter.cli;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.lighter.cli.run;

import org.jspecify.annotations.NullMarked;

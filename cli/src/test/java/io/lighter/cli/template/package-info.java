@NullMarked
package io.lighter.cli.template;

import org.jspecify.annotations.NullMarked;

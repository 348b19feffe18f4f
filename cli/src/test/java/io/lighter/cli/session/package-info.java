@NullMarked
package io.lighter.cli.session;

import org.jspecify.annotations.NullMarked;

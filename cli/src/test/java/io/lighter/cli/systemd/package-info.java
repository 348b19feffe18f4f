@NullMarked
package io.lighter.cli.systemd;

import org.jspecify.annotations.NullMarked;

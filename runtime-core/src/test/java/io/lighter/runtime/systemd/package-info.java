@NullMarked
package io.lighter.runtime.systemd;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.lighter.proxy.relay;

import org.jspecify.annotations.NullMarked;

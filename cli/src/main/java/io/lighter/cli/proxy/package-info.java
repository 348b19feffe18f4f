/** {@code lighter proxy}: the load balancer as a program of its own. */
@NullMarked
package io.lighter.cli.proxy;

import org.jspecify.annotations.NullMarked;

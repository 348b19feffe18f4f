/**
 * {@code lighter proxy}: a load balancer that does what a file says, with its metrics, its reloads
 * and its end.
 */
@NullMarked
package io.lighter.proxy.process;

import org.jspecify.annotations.NullMarked;

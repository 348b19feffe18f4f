/**
 * Active health checks: endpoints are asked from time to time whether they work. What is found
 * becomes a table in which those that do not are draining, which either tier then applies.
 *
 * <p>Here is no hot path: each endpoint has a virtual thread, and the JDK's own sockets.
 */
@NullMarked
package io.lighter.proxy.check;

import org.jspecify.annotations.NullMarked;

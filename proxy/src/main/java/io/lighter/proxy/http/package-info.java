/** The JDK's HTTP server, for the few answers that the balancer itself gives. */
@NullMarked
package io.lighter.proxy.http;

import org.jspecify.annotations.NullMarked;

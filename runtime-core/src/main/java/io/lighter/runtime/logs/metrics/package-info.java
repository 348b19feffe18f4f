/** The figures of logs as metrics of Prometheus. Serving them over HTTP is for who has a server. */
@NullMarked
package io.lighter.runtime.logs.metrics;

import org.jspecify.annotations.NullMarked;

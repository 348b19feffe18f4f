/**
 * Where logs go besides the formats of the pipeline itself, as Docker has them: {@code none},
 * {@code local}, {@code syslog}, {@code journald}, {@code fluentd} and {@code gelf}, with Docker's
 * options by name, its defaults and its bytes.
 *
 * <p>{@link io.lighter.runtime.logs.driver.LogDrivers} is where to begin: a driver's name, what it
 * is told about the container and its options become a {@link io.lighter.runtime.logs.LogSink}.
 * Embedders add their own by {@link io.lighter.runtime.logs.driver.LogDriver}.
 *
 * <p>Within: a {@link io.lighter.runtime.logs.driver.MessageSink} parts batches into lines, a
 * {@link io.lighter.runtime.logs.driver.LineEncoder} makes a message of each, and an {@link
 * io.lighter.runtime.logs.driver.Outlet} brings groups of messages to their place, never waiting
 * for longer than some seconds.
 *
 * <p>What does not belong here: what happens to lines that a sink cannot take now, which is the
 * pipeline's policy, and with it the options {@code mode} and {@code max-buffer-size}.
 */
@NullMarked
package io.lighter.runtime.logs.driver;

import org.jspecify.annotations.NullMarked;

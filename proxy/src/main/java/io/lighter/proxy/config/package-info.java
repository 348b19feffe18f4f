/**
 * The file of {@code lighter proxy --config}, which {@code docs/proxy.md} describes: read whole,
 * with every mistake named by its line, or refused. Nothing here opens a socket or looks up a name.
 */
@NullMarked
package io.lighter.proxy.config;

import org.jspecify.annotations.NullMarked;

/**
 * What Lighter costs, measured: the JMH suites ({@code io.lighter.bench.jmh}), and beside other
 * runtimes starts ({@code start}), further processes ({@code exec}), the memory that is charged
 * ({@code memory}), many containers ({@code density}) and health checks ({@code probes}). Nothing
 * here is on a path that runs containers for users, and no other room needs this one.
 */
@NullMarked
package io.lighter.bench;

import org.jspecify.annotations.NullMarked;

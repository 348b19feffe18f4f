package io.lighter.cli.oci;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * Who calls.
 *
 * @param folder the working folder that relative paths count from, absolute
 * @param environment the caller's
 * @param in standard input, for {@code update}
 * @param out standard output
 * @param err standard error
 */
public record Caller(
    Path folder,
    Map<String, String> environment,
    InputStream in,
    PrintStream out,
    PrintStream err) {}

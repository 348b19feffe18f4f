package io.lighter.runtime.logs.read;

import io.lighter.runtime.logs.LogStream;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * One entry of a file: a line, or a piece of one.
 *
 * @param stream that it was written to
 * @param time in nanoseconds since 1970
 * @param text without the newline
 * @param ends whether the line ends with it
 * @param attributes labels and variables, in the order of their names
 */
record LogRecord(
    LogStream stream,
    long time,
    MemorySegment text,
    boolean ends,
    Map<String, String> attributes) {}

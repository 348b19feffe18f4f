package io.lighter.images.dockerfile;

import java.util.List;

/**
 * One instruction as text: its lines joined, comments dropped.
 *
 * @param range all its lines, here-documents included
 * @param text without the line ends
 * @param documents the here-documents that follow it
 * @param comment the comment lines directly above, without {@code #}
 * @param emptyContinuation an empty line stood within it
 */
record LogicalLine(
    SourceRange range,
    String text,
    List<HereDocument> documents,
    List<String> comment,
    boolean emptyContinuation) {}

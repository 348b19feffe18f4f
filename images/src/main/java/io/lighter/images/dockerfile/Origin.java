package io.lighter.images.dockerfile;

import java.util.List;

/**
 * Where an instruction came from.
 *
 * @param range its lines, here-documents included
 * @param keyword the instruction's name as written
 * @param text the whole instruction with its lines joined, without here-documents
 * @param comment the comment lines directly above it
 */
public record Origin(SourceRange range, String keyword, String text, List<String> comment) {
  public Origin {
    comment = List.copyOf(comment);
  }
}

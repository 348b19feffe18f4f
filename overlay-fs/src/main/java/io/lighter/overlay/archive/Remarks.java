package io.lighter.overlay.archive;

import io.lighter.linux.Name;
import java.util.ArrayList;
import java.util.List;

/** What an extraction left out, up to a number. Not thread-safe. */
final class Remarks {
  private final List<String> remarks = new ArrayList<>();
  private long further;

  void add(Name entry, String remark) {
    if (remarks.size() < ExtractedArchive.MAX_REMARKS - 1) {
      remarks.add("entry " + ArchiveException.quote(entry) + ": " + remark);
    } else {
      further++;
    }
  }

  List<String> toList() {
    List<String> all = new ArrayList<>(remarks);
    if (further > 0) {
      all.add("and " + further + " more");
    }
    return List.copyOf(all);
  }
}

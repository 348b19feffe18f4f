package io.lighter.runtime.logs.store;

import io.lighter.linux.Fd;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens a log for writing, and mends what the process before it or a power loss has left. */
final class Recovery {
  private final SegmentFolder folder;
  private long nextSegment = 1;
  private long nextLine;
  private long nextTime = Long.MIN_VALUE;

  Recovery(SegmentFolder folder) {
    this.folder = folder;
  }

  /** Returns the number of the segment that is made next. */
  long nextSegment() {
    return nextSegment;
  }

  /** Returns how many lines have ended in the log, unless a writer is there to know. */
  long nextLine() {
    return nextLine;
  }

  /** Returns the earliest time that a batch may have now. */
  long nextTime() {
    return nextTime;
  }

  /**
   * Mends the files.
   *
   * @param open becomes what the log leaves open
   * @return the segment to go on with, or null when a new one is to be made
   */
  @Nullable SegmentWriter recover(OpenLines open) {
    try (Arena arena = Arena.ofConfined()) {
      var repair = new SegmentRepair(folder, arena);
      List<SegmentFiles> kept = new ArrayList<>();
      for (SegmentFiles files : withContent(folder.list())) {
        nextSegment = files.number() + 1;
        boolean hasIndex = repair.header(files.number()) != null;
        if (hasIndex || rebuild(files, kept, repair, open)) {
          kept.add(files);
        }
      }
      return kept.isEmpty() ? null : openLast(kept, repair, open);
    }
  }

  /** Removes what is of no use: unfinished files, one of two copies, an index of nothing. */
  private List<SegmentFiles> withContent(Collection<SegmentFiles> all) {
    List<SegmentFiles> useful = new ArrayList<>();
    for (SegmentFiles files : all) {
      long number = files.number();
      if (files.isUnfinished()) {
        folder.remove(number, SegmentFolder.UNFINISHED);
      }
      if (!files.hasContent()) {
        folder.remove(number, SegmentFolder.INDEX);
        continue;
      }
      boolean compressed = files.isCompressed();
      if (files.isRaw() && compressed) {
        // The name appears when the file is complete; only a power loss can leave less.
        compressed = isComplete(number);
        folder.remove(number, compressed ? SegmentFolder.RAW : SegmentFolder.COMPRESSED);
      }
      useful.add(new SegmentFiles(number, files.hasIndex(), !compressed, compressed, false));
    }
    return useful;
  }

  private boolean isComplete(long number) {
    try (Fd file = folder.open(number, SegmentFolder.COMPRESSED);
        Fd raw = folder.open(number, SegmentFolder.RAW)) {
      return file != null
          && raw != null
          && SeekTable.contentSize(folder.linux().files(), file)
              == new RawContent(folder.linux().files(), raw).size();
    }
  }

  /** Returns whether the segment has an index now; without one it is not read any more. */
  private boolean rebuild(
      SegmentFiles files, List<SegmentFiles> before, SegmentRepair repair, OpenLines open) {
    if (!before.isEmpty()) {
      take(before.getLast(), repair, open);
    }
    try (Content content = CompressedContent.openEither(folder, files.number())) {
      if (content != null) {
        long time = before.isEmpty() ? writtenAt(files) : nextTime;
        repair.rebuild(new IndexHeader(files.number(), nextLine, time), content, open);
      }
      return content != null;
    } catch (DamagedSegmentException e) {
      folder.remove(files.number(), SegmentFolder.INDEX);
      return false;
    }
  }

  /** Returns a time for lines of which nothing else is known, not later than those that follow. */
  private long writtenAt(SegmentFiles files) {
    return folder.modified(files.number(), SegmentFolder.RAW);
  }

  /** Takes over what a segment and those before it have left. */
  private void take(SegmentFiles files, SegmentRepair repair, OpenLines open) {
    IndexHeader header = repair.header(files.number());
    repair.lookAtEnd(files.number());
    if (header != null) {
      nextLine = header.linesBefore();
      nextTime = header.time();
    }
    if (header != null && repair.entries() > 0) {
      IndexEntry last = repair.last();
      nextLine += last.linesBefore() + last.lines();
      nextTime = last.timeAfter();
      open.setFrom(last);
    }
  }

  private @Nullable SegmentWriter openLast(
      List<SegmentFiles> kept, SegmentRepair repair, OpenLines open) {
    if (kept.size() > 1) {
      take(kept.get(kept.size() - 2), repair, open);
    }
    SegmentFiles last = kept.getLast();
    if (!last.isRaw()) {
      take(last, repair, open);
      return null;
    }
    IndexHeader header = repair.header(last.number());
    if (header == null) {
      throw new IllegalStateException("the index of " + last + " was not rebuilt");
    }
    repair.mend(last.number(), header, open);
    nextLine = header.linesBefore();
    if (repair.entries() == 0) {
      // Killed before its first batch. It stays, since a reader may have it open already.
      nextTime = Math.max(nextTime, header.time());
      return SegmentWriter.resume(folder, header);
    }
    nextTime = repair.last().timeAfter();
    return SegmentWriter.resume(folder, header, repair.entries(), repair.last());
  }
}

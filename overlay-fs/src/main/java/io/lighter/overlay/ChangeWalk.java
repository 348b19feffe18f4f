package io.lighter.overlay;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.LinuxException;
import io.lighter.overlay.FolderDiff.Below;
import io.lighter.overlay.FolderDiff.Entry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One walk through an upper, from its root folder down. */
final class ChangeWalk {
  /** A folder on the way from the root to where the walk is. */
  private static final class Level {
    final Iterator<Entry> entries;
    final int pathLength;
    boolean told;

    Level(List<Entry> entries, int pathLength, boolean told) {
      this.entries = entries.iterator();
      this.pathLength = pathLength;
      this.told = told;
    }
  }

  private final Files files;
  private final FolderDiff diff;
  private final Fd upperRoot;
  private final Fd lowerRoot;
  private final Consumer<? super Change> consumer;
  private final FolderPath path = new FolderPath();
  private final List<Level> levels = new ArrayList<>();

  ChangeWalk(Files files, FolderDiff diff, Fd upper, Fd lower, Consumer<? super Change> consumer) {
    this.files = files;
    this.diff = diff;
    this.upperRoot = upper;
    this.lowerRoot = lower;
    this.consumer = consumer;
  }

  void run() {
    enter(diff.isOpaque(upperRoot) ? Below.HIDDEN : Below.MERGED, true);
    while (!levels.isEmpty()) {
      Level level = levels.getLast();
      path.cutTo(level.pathLength);
      if (level.entries.hasNext()) {
        visit(level.entries.next());
      } else {
        levels.removeLast();
      }
    }
  }

  private void visit(Entry entry) {
    if (entry.kind() != null) {
      tellFoldersAbove();
      consumer.accept(new Change(entry.kind(), path.with(entry.name())));
    }
    if (entry.below() != null) {
      path.enter(entry.name());
      enter(entry.below(), entry.kind() != null);
    }
  }

  private void enter(Below below, boolean told) {
    levels.add(new Level(compare(below), path.length(), told));
  }

  private List<Entry> compare(Below below) {
    try (Fd upper = openUpper()) {
      if (upper == null) {
        return List.of();
      }
      if (below == Below.NOTHING) {
        return diff.compare(upper, null, below, path);
      }
      try (Fd lower = path.open(files, lowerRoot)) {
        return diff.compare(upper, lower, below, path);
      }
    }
  }

  /** Returns null for a folder that a running container has removed or replaced meanwhile. */
  private @Nullable Fd openUpper() {
    try {
      return path.open(files, upperRoot);
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> null;
        default -> throw e;
      };
    }
  }

  /** Tells the folders on the way here that are the same themselves but hold a change. */
  private void tellFoldersAbove() {
    int untold = levels.size();
    while (!levels.get(untold - 1).told) {
      untold--;
    }
    for (Level level : levels.subList(untold, levels.size())) {
      level.told = true;
      consumer.accept(new Change(Change.Kind.CHANGED, path.first(level.pathLength)));
    }
  }
}

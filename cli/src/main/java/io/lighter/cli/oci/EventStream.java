package io.lighter.cli.oci;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupEvent;
import io.lighter.cgroups.CgroupStatistics;
import io.lighter.cgroups.CgroupWatch;
import io.lighter.cgroups.CgroupWatcher;
import io.lighter.cgroups.StatisticsPart;
import io.lighter.cgroups.StatisticsReader;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Linux;
import io.lighter.runtime.json.JsonText;
import io.lighter.runtime.lifecycle.StoredContainer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumSet;

/** {@code events}: a line of JSON for each event, with the fields of runc. */
final class EventStream {
  private final String id;
  private final Cgroup cgroup;
  private final PrintStream out;
  private final CgroupStatistics statistics = new CgroupStatistics();

  private EventStream(String id, Cgroup cgroup, PrintStream out) {
    this.id = id;
    this.cgroup = cgroup;
    this.out = out;
  }

  static void print(Flags flags, Invocation call) {
    String id = Operands.container(flags);
    String interval = flags.last("interval");
    Duration between = DurationText.parse(interval == null ? "5s" : interval);
    if (between.isZero()) {
      throw new UsageException("--interval must be longer than 0");
    }
    StoredContainer container = call.container(id);
    try (Cgroup cgroup = container.cgroup()) {
      if (cgroup == null) {
        throw new UsageException(
            container.state().cgroup() == null
                ? id + " has no cgroup of its own, which counts"
                : "container not running: " + id + " has no cgroup any more");
      }
      EventStream events = new EventStream(id, cgroup, call.out());
      try (StatisticsReader reader = cgroup.statistics(EnumSet.allOf(StatisticsPart.class))) {
        if (flags.isOn("stats", false)) {
          events.printStatistics(reader);
        } else {
          events.follow(reader, between);
        }
      }
    }
  }

  private boolean printStatistics(StatisticsReader reader) {
    if (!reader.read(statistics)) {
      return false;
    }
    JsonText json = JsonText.compact().beginObject().field("type", "stats").field("id", id);
    StatisticsView.append(json.name("data"), statistics, cgroup);
    out.println(json.end());
    return true;
  }

  /** Until no process is left. */
  private void follow(StatisticsReader reader, Duration between) {
    try (CgroupWatcher watcher = new CgroupWatcher(Linux.kernel());
        CgroupWatch watch = watcher.watch(cgroup)) {
      while (watch.populated() && printStatistics(reader)) {
        long end = System.nanoTime() + between.toNanos();
        long left = between.toNanos();
        while (left > 0 && watch.populated()) {
          watcher.poll(Duration.ofNanos(left), (_, event) -> printEvent(event));
          left = end - System.nanoTime();
        }
      }
    }
  }

  private void printEvent(CgroupEvent event) {
    if (event == CgroupEvent.OOM_KILL) {
      out.println(JsonText.compact().beginObject().field("type", "oom").field("id", id).end());
    }
  }
}

package io.lighter.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The machine, the software and the moment of a run, by name, in the order of the page. */
public record Fingerprint(Map<String, String> facts) {

  /** The name of the load average; the page warns of a machine that was not quiet. */
  public static final String LOAD = "load average before the run";

  /** Above this many runnable tasks other work was in the way. */
  private static final double QUIET = 0.7;

  public Fingerprint {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /** Whether the machine had other work to do in the minute before the run. */
  boolean busy() {
    String load = facts.get(LOAD);
    return load != null && Double.parseDouble(load.split(" ", 2)[0]) > QUIET;
  }
}

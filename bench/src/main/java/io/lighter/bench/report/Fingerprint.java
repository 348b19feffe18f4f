package io.lighter.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The machine, the software and the moment of a run, by name, in the order of the page. */
public record Fingerprint(Map<String, String> facts) {

  public Fingerprint {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }
}

package io.lighter.proxy.config;

import io.lighter.proxy.service.HealthCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads how endpoints are asked whether they work: {@code tcp}, or one of {@code tcp: true}, {@code
 * http: PATH} and {@code command: [WORD...]} with the times.
 */
final class CheckFields {
  private static final List<String> NAMES =
      List.of("tcp", "http", "host", "command", "interval", "timeout", "rise", "fall");

  /** Before the file says otherwise. HAProxy's, but for the time of one check. */
  private static final HealthCheck USUAL =
      new HealthCheck(
          new HealthCheck.Connect(), Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 3);

  private CheckFields() {}

  static @Nullable HealthCheck read(Fields fields, @Nullable HealthCheck usual) {
    Optional<Field> field = fields.get("check");
    if (field.isEmpty() || BehaviourFields.orNone(field.get(), "none")) {
      return field.isEmpty() ? usual : null;
    }
    return read(field.get(), usual == null ? USUAL : usual, usual != null);
  }

  private static HealthCheck read(Field field, HealthCheck usual, boolean inherited) {
    if (field.isScalar()) {
      field
          .text()
          .filter(text -> !text.equals("tcp"))
          .ifPresent(
              text ->
                  field.mistake(
                      "'"
                          + text
                          + "' is no check: write none, tcp, {http: /path} or {command: [...]}"));
      return with(new HealthCheck.Connect(), usual);
    }
    Fields fields = field.fields(NAMES);
    HealthCheck.Probe probe = probe(fields, usual, inherited);
    Duration interval = fields.duration("interval", usual.interval());
    Duration timeout = fields.duration("timeout", usual.timeout());
    int rise = fields.integer("rise", 1, 1000, usual.rise());
    int fall = fields.integer("fall", 1, 1000, usual.fall());
    return field.build(() -> new HealthCheck(probe, interval, timeout, rise, fall)).orElse(usual);
  }

  private static HealthCheck with(HealthCheck.Probe probe, HealthCheck usual) {
    return new HealthCheck(probe, usual.interval(), usual.timeout(), usual.rise(), usual.fall());
  }

  private static HealthCheck.Probe probe(Fields fields, HealthCheck usual, boolean inherited) {
    List<String> kinds =
        List.of("tcp", "http", "command").stream().filter(k -> fields.get(k).isPresent()).toList();
    if (kinds.size() > 1 || (kinds.isEmpty() && !inherited)) {
      fields
          .owner()
          .mistake(
              (kinds.isEmpty() ? "does not say what is done" : String.join(" and ", kinds))
                  + ": write one of tcp: true, http: /path and command: [...]");
      return usual.probe();
    }
    Optional<Field> host = fields.get("host");
    if (host.isPresent() && !kinds.equals(List.of("http"))) {
      host.get().mistake("is for a check by http: /path");
    }
    return switch (kinds.isEmpty() ? "" : kinds.getFirst()) {
      case "" -> usual.probe();
      case "tcp" -> {
        if (!fields.flag("tcp", true)) {
          fields.get("tcp").ifPresent(f -> f.mistake("is true, or left out"));
        }
        yield new HealthCheck.Connect();
      }
      case "http" -> {
        String name = host.flatMap(Field::text).orElse("");
        yield fields
            .<HealthCheck.Probe>parse("http", path -> new HealthCheck.Http(path, name))
            .orElse(usual.probe());
      }
      default -> command(fields).orElse(usual.probe());
    };
  }

  private static Optional<HealthCheck.Probe> command(Fields fields) {
    List<String> words = new ArrayList<>();
    for (Field word : fields.list("command")) {
      word.text().ifPresent(words::add);
    }
    return fields.get("command").flatMap(f -> f.build(() -> new HealthCheck.Command(words)));
  }
}

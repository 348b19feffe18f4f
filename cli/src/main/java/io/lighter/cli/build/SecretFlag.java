package io.lighter.cli.build;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.options.CsvFields;
import io.lighter.cli.options.Environment;
import io.lighter.images.build.SecretSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of {@code --secret}: {@code id=NAME[,src=FILE|,env=VARIABLE]}. */
record SecretFlag(String id, SecretSource source) {
  /** As BuildKit has it. */
  private static final long LARGEST = 500 * 1024;

  static SecretFlag parse(String text, Path folder, Environment environment) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : CsvFields.split(text)) {
      int equals = field.indexOf('=');
      if (equals < 0) {
        throw new InvalidValueException(field + " is not KEY=VALUE");
      }
      fields.put(field.substring(0, equals), field.substring(equals + 1));
    }
    String type = fields.remove("type");
    String id = fields.remove("id");
    String file = fields.remove("src");
    String source = fields.remove("source");
    String variable = fields.remove("env");
    if (id == null || id.isEmpty()) {
      throw new InvalidValueException("a secret needs id=NAME");
    }
    if (!fields.isEmpty()) {
      throw new InvalidValueException("a secret has no " + fields.keySet().iterator().next());
    }
    String path = file != null ? file : source;
    if ("env".equals(type) && variable == null) {
      variable = path == null ? id : path;
      path = null;
    } else if (path == null && variable == null) {
      variable = environment.get(id) == null ? null : id;
      path = variable == null ? id : null;
    }
    return new SecretFlag(
        id, path == null ? ofVariable(id, variable, environment) : ofFile(folder.resolve(path)));
  }

  private static SecretSource ofVariable(
      String id, @Nullable String variable, Environment environment) {
    String name = variable == null ? id : variable;
    String value = environment.get(name);
    if (value == null) {
      throw new InvalidValueException("the variable " + name + " is not set");
    }
    return () -> value.getBytes(StandardCharsets.UTF_8);
  }

  private static SecretSource ofFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidValueException("the file " + file + " is not there");
    }
    return () -> {
      if (Files.size(file) > LARGEST) {
        throw new IOException("the secret " + file + " is larger than 500 KiB");
      }
      return Files.readAllBytes(file);
    };
  }
}

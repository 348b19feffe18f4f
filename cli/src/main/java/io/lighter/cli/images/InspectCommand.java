package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.template.GoTemplate;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.docker.ImageInspection;
import io.lighter.images.store.ImageLookup;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;

/** {@code lighter inspect}: of images; containers have no store of their own yet. */
final class InspectCommand implements ImageCommand {
  private final String name;

  InspectCommand(String name) {
    this.name = name;
  }

  @Override
  public String usage() {
    return name + " [OPTIONS] IMAGE [IMAGE...]";
  }

  @Override
  public String description() {
    return "Show all about images";
  }

  @Override
  public List<Option> flags() {
    List<Option> flags =
        new ArrayList<>(
            List.of(
                valued("f", "format", "string", "json, or a template"),
                valued(
                    "", "platform", "string", "Show the image only if it is for this platform")));
    if (name.equals("inspect")) {
      flags.add(onOff("s", "size", "Only for containers; images always show their size"));
      flags.add(valued("", "type", "string", "Look only for: image"));
    }
    return flags;
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public int most() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    String type = name.equals("inspect") ? flags.last("type") : null;
    if (type != null && !type.equals("image")) {
      throw new UsageException("--type " + type + ": only images can be inspected yet");
    }
    String format = flags.last("format");
    GoTemplate template =
        format == null || format.isEmpty() || format.equals("json")
            ? null
            : GoTemplate.parse(format);
    ImageStore store = session.store();
    List<Map<String, Object>> found = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (String operand : flags.operands()) {
      try {
        ImageRecord image = new ImageLookup(store).find(operand).image();
        checkPlatform(flags, store, image, operand);
        found.add(ImageInspection.of(store, image));
      } catch (ImageException e) {
        errors.add(String.valueOf(e.getMessage()));
      }
    }
    if (template != null) {
      found.forEach(image -> session.out().println(template.apply(image)));
    } else if ("json".equals(format)) {
      session.out().println(JsonWriter.compact(found));
    } else {
      session.out().println(found.isEmpty() ? "[]" : JsonWriter.indented(found));
    }
    errors.forEach(error -> session.err().println("Error: " + error));
    return errors.isEmpty() ? 0 : 1;
  }

  private static void checkPlatform(
      Flags flags, ImageStore store, ImageRecord image, String operand) throws IOException {
    String asked = flags.last("platform");
    if (asked != null) {
      Platform has = store.config(image).platform();
      if (Platform.parse(asked).suitability(has) == 0) {
        throw new ImageException(
            "image with reference %s was found but does not match the specified platform: wanted %s, actual: %s"
                .formatted(operand, asked, has));
      }
    }
  }
}

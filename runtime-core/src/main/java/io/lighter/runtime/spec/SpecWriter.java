package io.lighter.runtime.spec;

import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes {@code config.json}, so that {@link SpecReader} and the other OCI runtimes read the same
 * container from it. Absent and empty fields are left out.
 */
public final class SpecWriter {
  private SpecWriter() {}

  /** The JSON text, indented, with a line feed at its end. */
  public static String toJson(Spec spec) {
    return JsonWriter.indented(Document.of(spec, SpecWriter::spec)) + "\n";
  }

  /** Writes or replaces {@code file}; a crash can leave a part of it. */
  public static void write(Spec spec, Path file) throws IOException {
    Files.writeString(file, toJson(spec));
  }

  private static void spec(Document out, Spec spec) {
    out.string("ociVersion", spec.ociVersion())
        .object("process", spec.process(), ProcessWriter::process)
        .object("root", spec.root(), SpecWriter::root)
        .string("hostname", spec.hostname())
        .string("domainname", spec.domainname())
        .objects("mounts", spec.mounts(), SpecWriter::mount)
        .object("hooks", spec.hooks().isEmpty() ? null : spec.hooks(), SpecWriter::hooks)
        .stringMap("annotations", spec.annotations())
        .object("linux", spec.linux(), LinuxWriter::linux);
  }

  private static void root(Document out, Root root) {
    out.string("path", root.path()).flag("readonly", root.readonly());
  }

  private static void mount(Document out, Mount mount) {
    out.string("destination", mount.destination())
        .string("type", mount.type())
        .string("source", mount.source())
        .strings("options", mount.options())
        .objects("uidMappings", mount.uidMappings(), LinuxWriter::idMapping)
        .objects("gidMappings", mount.gidMappings(), LinuxWriter::idMapping);
  }

  private static void hooks(Document out, Hooks hooks) {
    out.objects("prestart", hooks.prestart(), SpecWriter::hook)
        .objects("createRuntime", hooks.createRuntime(), SpecWriter::hook)
        .objects("createContainer", hooks.createContainer(), SpecWriter::hook)
        .objects("startContainer", hooks.startContainer(), SpecWriter::hook)
        .objects("poststart", hooks.poststart(), SpecWriter::hook)
        .objects("poststop", hooks.poststop(), SpecWriter::hook);
  }

  private static void hook(Document out, Hook hook) {
    out.string("path", hook.path())
        .strings("args", hook.args())
        .strings("env", hook.env())
        .number("timeout", hook.timeout());
  }
}

package io.lighter.proxy.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestsTest {
  @TempDir private Path folder;

  private List<String> names(Path path) throws Exception {
    return Manifests.read(path).stream().map(Written::title).toList();
  }

  @Test
  void shouldReadAFolderOfFilesOfAllForms() throws Exception {
    Files.writeString(
        folder.resolve("b.yaml"),
        """
        # two documents and an empty one
        kind: Service
        metadata: {name: b1}
        ---
        ---
        kind: Deployment
        metadata: {name: b2}
        """);
    Files.writeString(
        folder.resolve("a.json"),
        """
        {"apiVersion": "v1", "kind": "List", "items": [
          {"kind": "Service", "metadata": {"name": "a1"}},
          {"kind": "EndpointSlice", "metadata": {"name": "a2"}}]}
        """);
    Files.writeString(
        folder.resolve("c.yml"),
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSliceList
        items: [{metadata: {name: c1}}]
        """);
    Files.writeString(folder.resolve("README.txt"), "no object");
    Files.createDirectory(folder.resolve("d.yaml"));

    assertThat(names(folder))
        .containsExactly(
            "Service a1", "EndpointSlice a2", "Service b1", "Deployment b2", "EndpointSlice c1");
    assertThat(Manifests.read(folder.resolve("c.yml")).getFirst().get("apiVersion"))
        .isEqualTo("discovery.k8s.io/v1");
  }

  @Test
  void shouldSayWhichFileIsWrong() throws Exception {
    Path file = Files.writeString(folder.resolve("a.yaml"), "kind: Service\n---\n- 1\n");
    assertThatIOException()
        .isThrownBy(() -> Manifests.read(folder))
        .withMessage(file + ", document 2: no object of Kubernetes, which has a kind");
    Files.writeString(file, "kind: List\nitems: [1]");
    assertThatIOException()
        .isThrownBy(() -> Manifests.read(folder))
        .withMessage(file + ", document 1: items[0] is no object");
    Files.writeString(file, "kind: [");
    assertThatIOException()
        .isThrownBy(() -> Manifests.read(folder))
        .withMessageStartingWith(file + " is no YAML: ");
    Files.writeString(file, "a: 1\na: 2");
    assertThatIOException()
        .isThrownBy(() -> Manifests.read(folder))
        .withMessageContaining("duplicate key a");
  }
}

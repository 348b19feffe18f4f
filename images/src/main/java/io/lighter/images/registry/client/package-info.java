/**
 * Speaks to registries. One use from end to end:
 *
 * <pre>{@code
 * try (Registries registries = Registries.open(ClientOptions.defaults(credentials))) {
 *   RemoteRepository busybox = registries.repository(Reference.parse("busybox"));
 *   RemoteManifest manifest = busybox.manifest("latest");
 *   for (Descriptor layer : ImageManifest.read(manifest.mediaType(), manifest.bytes()).layers()) {
 *     try (InputStream content = busybox.blob(layer, 0)) { ... }
 *   }
 * }
 * }</pre>
 *
 * <p>Whatever can be mended by trying again is tried again in here: broken transfers go on where
 * they broke, a busy registry is waited for, a token that has run out is renewed, a mirror that
 * fails is passed over. What is thrown is {@link io.lighter.images.registry.RegistryException}.
 * Every method blocks; interrupting the thread ends it.
 */
@NullMarked
package io.lighter.images.registry.client;

import org.jspecify.annotations.NullMarked;

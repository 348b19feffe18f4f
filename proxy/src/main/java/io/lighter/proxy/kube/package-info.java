/**
 * What kube-proxy does, as a computation: Service and EndpointSlice objects go in, one by one as a
 * watch or a folder of manifests gives them, and the differences to a table of services come out.
 * Nothing here opens a socket or speaks to an API server. {@code docs/proxy.md} tells the rules.
 *
 * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/">Virtual IPs and
 *     service proxies</a>
 */
@NullMarked
package io.lighter.proxy.kube;

import org.jspecify.annotations.NullMarked;

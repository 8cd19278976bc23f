package org.transcriptpipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.transcriptpipeline.deploy.Manifests.Manifest;

/// No cluster is needed to see that the manifests are of Kubernetes' types and keep what they promise.
class ManifestsTest {

    /// Of Kubernetes' own description of its API: refuse what it does not know.
    private static final Map<String, Check> TYPES = Map.of(
            "ConfigMap", V1ConfigMap::validateJsonElement,
            "Deployment", V1Deployment::validateJsonElement,
            "Namespace", V1Namespace::validateJsonElement,
            "NetworkPolicy", V1NetworkPolicy::validateJsonElement,
            "PersistentVolumeClaim", V1PersistentVolumeClaim::validateJsonElement,
            "PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
            "Service", V1Service::validateJsonElement,
            "StatefulSet", V1StatefulSet::validateJsonElement);

    /// Not Kubernetes' own types: of kustomize and KEDA, looked at below.
    private static final Set<String> OTHERS = Set.of("Kustomization", "ScaledObject");

    private static final Set<String> SERVICES = Set.of("ingest", "archiver", "notifier");

    @ParameterizedTest
    @MethodSource("manifests")
    void everyManifestIsOfItsType(Manifest manifest) throws IOException {
        if (OTHERS.contains(manifest.kind())) {
            return;
        }
        assertThat(TYPES).containsKey(manifest.kind());
        TYPES.get(manifest.kind()).check(manifest.json());
    }

    @Test
    void aFieldThatKubernetesDoesNotHaveIsFound() {
        var broken = Manifests.workloads().getFirst().json().deepCopy();
        broken.getAsJsonObject("spec")
                .getAsJsonObject("template")
                .getAsJsonObject("spec")
                .addProperty("terminationGracePeriod", 5);

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TYPES.get(Manifests.workloads().getFirst().kind()).check(broken))
                .withMessageContaining("terminationGracePeriod");
    }

    @Test
    void allFilesAreInTheBase() throws IOException {
        var base =
                Manifests.documents(Path.of("kubernetes", "kustomization.yaml")).getFirst();

        var files = Manifests.all().stream()
                .map(Manifest::file)
                .filter(file -> !file.equals("kustomization.yaml"))
                .collect(Collectors.toSet());
        assertThat(strings(base.get("resources"))).hasSameElementsAs(files);
    }

    @Test
    void threeServicesRunAndIngestHasADiskForEachPod() {
        assertThat(Manifests.workloads()).map(Manifest::name).hasSameElementsAs(SERVICES);
        var ingest = Manifests.ofKind("StatefulSet").getFirst();
        assertThat(ingest.name()).isEqualTo("ingest");
        assertThat(ingest.at("spec", "replicas").getAsInt()).isGreaterThan(1);
        assertThat(ingest.at("spec", "volumeClaimTemplates").getAsJsonArray()).hasSize(1);
        assertThat(ingest.at("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled")
                        .getAsString())
                .as("what was acknowledged is on it")
                .isEqualTo("Retain");
        assertThat(environment(ingest)).contains("SPILL_DIRECTORY");
    }

    @ParameterizedTest
    @MethodSource("workloads")
    @Tag("S8")
    void noPodHasARightThatItDoesNotNeed(Manifest workload) {
        var pod = workload.podSpec();
        var podSecurity = pod.getAsJsonObject("securityContext");
        assertThat(podSecurity.get("runAsNonRoot").getAsBoolean()).isTrue();
        assertThat(podSecurity.get("runAsUser").getAsInt()).isEqualTo(10001);
        assertThat(podSecurity.getAsJsonObject("seccompProfile").get("type").getAsString())
                .isEqualTo("RuntimeDefault");
        assertThat(pod.get("automountServiceAccountToken").getAsBoolean()).isFalse();
        assertThat(pod.getAsJsonArray("containers")).hasSize(1);

        var security = workload.container().getAsJsonObject("securityContext");
        assertThat(security.get("allowPrivilegeEscalation").getAsBoolean()).isFalse();
        assertThat(security.get("readOnlyRootFilesystem").getAsBoolean()).isTrue();
        assertThat(strings(security.getAsJsonObject("capabilities").get("drop")))
                .containsExactly("ALL");
        assertThat(security.getAsJsonObject("capabilities").has("add")).isFalse();
        assertThat(mounts(workload)).contains("/tmp");
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void everyPodIsProbedOnItsManagementPortWhichListensOnThePod(Manifest workload) {
        var container = workload.container();
        assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe")).allSatisfy(probe -> {
            var get = container.getAsJsonObject(probe).getAsJsonObject("httpGet");
            assertThat(get.get("port").getAsString()).isEqualTo("management");
            assertThat(get.get("path").getAsString())
                    .isEqualTo("/actuator/health/" + (probe.startsWith("readiness") ? "readiness" : "liveness"));
        });
        assertThat(environment(workload)).containsAnyOf("MANAGEMENT_SERVER_ADDRESS", "NOTIFIER_MANAGEMENT_ADDRESS");
        var limits = container.getAsJsonObject("resources");
        assertThat(limits.getAsJsonObject("limits").keySet()).contains("cpu", "memory");
        assertThat(limits.getAsJsonObject("requests").get("memory"))
                .as("memory that is promised twice is none")
                .isEqualTo(limits.getAsJsonObject("limits").get("memory"));
        assertThat(workload.podSpec().getAsJsonArray("topologySpreadConstraints"))
                .isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void secretsAreFilesAndNowhereElse(Manifest workload) {
        assertThat(mounts(workload)).contains("/run/secrets/transcripts");
        assertThat(workload.json().toString()).doesNotContain("secretKeyRef", "secretRef");
        assertThat(Manifests.ofKind("ConfigMap"))
                .allSatisfy(map -> assertThat(map.at("data").getAsJsonObject().keySet())
                        .noneMatch(key -> key.matches(".*(TOKEN|PASSWORD|SECRET)$")));
    }

    @Test
    void everyServiceHasADisruptionBudgetAndANetworkPolicyOfItsOwn() {
        assertThat(Manifests.ofKind("PodDisruptionBudget")).map(Manifest::name).hasSameElementsAs(SERVICES);
        assertThat(Manifests.ofKind("PodDisruptionBudget"))
                .allSatisfy(budget ->
                        assertThat(selected(budget.at("spec", "selector"))).isEqualTo(budget.name()));
        var policies = Manifests.ofKind("NetworkPolicy");
        assertThat(policies).map(Manifest::name).containsAll(SERVICES);
        var deny = policies.stream()
                .filter(p -> p.name().equals("default-deny"))
                .findFirst()
                .orElseThrow();
        assertThat(deny.at("spec", "podSelector").getAsJsonObject().keySet()).isEmpty();
        assertThat(strings(deny.at("spec", "policyTypes"))).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(deny.at("spec").getAsJsonObject().keySet()).doesNotContain("ingress", "egress");
    }

    @Test
    void ingestReachesNoDatabaseAndNobodyReachesTheNotifier() {
        var policies = Manifests.ofKind("NetworkPolicy").stream().collect(Collectors.toMap(Manifest::name, m -> m));
        assertThat(policies.get("ingest").json().toString()).doesNotContain("5432");
        assertThat(policies.get("archiver").json().toString()).contains("5432");
        assertThat(policies.get("notifier").at("spec").getAsJsonObject().has("ingress"))
                .isFalse();
    }

    @Test
    void whatSelectsPodsFindsThem() {
        var labels = Manifests.workloads().stream()
                .map(w -> selected(w.at("spec", "selector")))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(labels).hasSameElementsAs(SERVICES);
        assertThat(Manifests.workloads())
                .allSatisfy(w -> assertThat(w.at("spec", "template", "metadata", "labels")
                                .getAsJsonObject()
                                .get("app.kubernetes.io/name")
                                .getAsString())
                        .isEqualTo(w.name()));
        assertThat(Manifests.ofKind("Service"))
                .allSatisfy(service -> assertThat(service.at("spec", "selector")
                                .getAsJsonObject()
                                .get("app.kubernetes.io/name")
                                .getAsString())
                        .isIn(labels));
    }

    @Test
    void archiversFollowTheLagOfTheirGroup() {
        var scaled = Manifests.ofKind("ScaledObject").getFirst();
        assertThat(scaled.at("apiVersion").getAsString()).isEqualTo("keda.sh/v1alpha1");
        assertThat(scaled.at("spec", "scaleTargetRef", "name").getAsString()).isEqualTo("archiver");
        var archiver = Manifests.ofKind("Deployment").stream()
                .filter(d -> d.name().equals("archiver"))
                .findFirst()
                .orElseThrow();
        assertThat(archiver.at("spec").getAsJsonObject().has("replicas"))
                .as("an apply would undo what the scaler did")
                .isFalse();
        assertThat(StreamSupport.stream(
                                scaled.at("spec", "triggers").getAsJsonArray().spliterator(), false)
                        .map(t -> t.getAsJsonObject().getAsJsonObject("metadata"))
                        .map(m -> m.get("consumerGroup").getAsString() + " "
                                + m.get("topic").getAsString()))
                .containsExactlyInAnyOrder(
                        "transcripts-archiver transcripts.events",
                        "transcripts-archiver transcripts.delivery-statuses");
    }

    private static List<Manifest> manifests() {
        return Manifests.all();
    }

    private static List<Manifest> workloads() {
        return Manifests.workloads();
    }

    private static String selected(JsonElement selector) {
        return selector.getAsJsonObject()
                .getAsJsonObject("matchLabels")
                .get("app.kubernetes.io/name")
                .getAsString();
    }

    private static List<String> environment(Manifest workload) {
        return fields(workload.container(), "env", "name");
    }

    private static List<String> mounts(Manifest workload) {
        return fields(workload.container(), "volumeMounts", "mountPath");
    }

    private static List<String> fields(JsonObject container, String list, String field) {
        return StreamSupport.stream(container.getAsJsonArray(list).spliterator(), false)
                .map(entry -> entry.getAsJsonObject().get(field).getAsString())
                .toList();
    }

    private static List<String> strings(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }

    private interface Check {
        void check(JsonObject json) throws IOException;
    }
}

# One image per service:
#   docker build --build-arg SERVICE=ingest-service .        (or archiver-service, notifier-service)
# Nothing has to be built before: the first stage compiles with Maven. Where `mvn package` has just been run,
# `--build-arg JARS=given` takes its jars instead. Why it is made like this: docs/adr/028-containers.md.
ARG JAVA_IMAGE=eclipse-temurin:25-jre
ARG JARS=compiled

FROM ${JAVA_IMAGE} AS compiled
# JDK and Maven from the base's own distribution, so that one base image is all that is needed.
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends maven openjdk-25-jdk-headless \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /usr/lib/jvm/java-25-openjdk-* /usr/lib/jvm/build
ENV JAVA_HOME=/usr/lib/jvm/build
WORKDIR /build
COPY . .
# The formatter is for people who commit, the tests ran before. The cache makes every build after the first one short; the
# secret is for networks whose proxy shows a certificate of its own.
RUN --mount=type=cache,target=/root/.m2 --mount=type=secret,id=truststore \
    if [ -s /run/secrets/truststore ]; then export MAVEN_OPTS=-Djavax.net.ssl.trustStore=/run/secrets/truststore; fi \
    && mvn -B -q -P '!format' -Dmaven.test.skip=true -pl ingest-service,archiver-service,notifier-service -am package \
    && mkdir /jars && cp */target/*-app.jar /jars/

FROM ${JAVA_IMAGE} AS given
COPY */target/*-app.jar /jars/

FROM ${JARS} AS extracted
RUN for service in ingest-service archiver-service notifier-service; do \
        java -Djarmode=tools -jar /jars/"$service"-*-app.jar extract \
            --layers --application-filename service.jar --destination "/extracted/$service" || exit 1; \
    done

FROM ${JAVA_IMAGE}
ARG SERVICE
WORKDIR /app
# From what changes seldom to what changes always: an upgrade transfers our own jars and the cache.
COPY --from=extracted /extracted/${SERVICE}/dependencies/ ./
COPY --from=extracted /extracted/${SERVICE}/snapshot-dependencies/ ./
COPY --from=extracted /extracted/${SERVICE}/application/ ./
COPY deploy/image/ ./
# The JVM's work of loading and linking, done once by a start that ends before anything is connected. Trained with the
# same JVM, collector and class path as below: otherwise the cache is not used, and only slower starts tell. The cache is
# written by a second JVM, whose end the first one does not report.
RUN java -XX:AOTCacheOutput=service.aot -XX:+UseSerialGC -Dspring.context.exit=onRefresh \
        -jar service.jar --spring.config.additional-location=file:training.yml \
    && [ -s service.aot ] \
    && rm training.yml \
    && install -d -o 10001 -g 10001 /var/lib/transcripts/spill /var/lib/transcripts/media
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
ENV LANG=C.UTF-8
ENTRYPOINT ["java", "-XX:AOTCache=/app/service.aot", "-XX:+UseSerialGC", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/service.jar"]

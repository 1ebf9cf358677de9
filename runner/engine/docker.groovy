/* The `docker` variable [docker-workflow: Docker.groovy]: its methods call gmrun's own steps, which speak to the engine
 * themselves. A name inside withRegistry gains the registry's host unless it has one. */

def withRegistry(url, credentialsId = null, toolName = null, Closure body) {
    return withDockerRegistry(url: url?.toString(), credentialsId: credentialsId) { body.call() }
}

def withServer(uri, credentialsId = null, Closure body) {
    return withDockerServer(uri: uri?.toString(), credentialsId: credentialsId) { body.call() }
}

/* There is one client: gmrun's own. */
def withTool(String toolName, Closure body) {
    return body.call()
}

def node(Closure body) {
    return env.NODE_NAME ? body.call() : steps.node { body.call() }
}

def image(id) {
    return new Image(this, id.toString())
}

/* The arguments end with the context. */
def build(image, args = '.') {
    return node {
        dockerBuild(image: image.toString(), args: args.toString())
        this.image(image)
    }
}

def qualified(String name) {
    String url = env.DOCKER_REGISTRY_URL
    if (!url) {
        return name
    }
    String host = url.replaceFirst('^[a-z]+://', '').replaceFirst('/.*', '')
    boolean hub = host in ['', 'index.docker.io', 'docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']
    String first = name.contains('/') ? name.substring(0, name.indexOf('/')) : ''
    boolean hasHost = first.contains('.') || first.contains(':') || first == 'localhost'
    return hub || hasHost ? name : "${host}/${name}".toString()
}

class Image implements Serializable {
    private final docker
    public final String id

    Image(docker, String id) {
        this.docker = docker
        this.id = id
    }

    String imageName() {
        return docker.qualified(id)
    }

    /* "user/repository" and "tag" of the id; a digest belongs to the first. */
    private List parts() {
        int slash = id.lastIndexOf('/')
        int colon = id.indexOf(':', slash + 1)
        return colon < 0 || id.contains('@') ? [id, 'latest'] : [id.substring(0, colon), id.substring(colon + 1)]
    }

    /* An image of that plain name which is here wins over the registry's. */
    private String present() {
        String name = imageName()
        return name != id && docker.dockerInspect(image: id) != null ? id : name
    }

    void pull() {
        docker.node { docker.dockerPull(image: imageName()) }
    }

    def inside(String args = '', Closure body) {
        return docker.node {
            docker.withDockerContainer(image: present(), args: args) { body.call() }
        }
    }

    Container run(String args = '', String command = '') {
        return docker.node {
            new Container(docker, docker.dockerRun(image: present(), args: args, command: command))
        }
    }

    def withRun(String args = '', String command = '', Closure body) {
        return docker.node {
            Container c = run(args, command)
            try {
                return body.call(c)
            } finally {
                c.stop()
            }
        }
    }

    String tag(String tagname = null, boolean force = true) {
        List name = parts()
        String target = docker.qualified("${name[0]}:${tagname ?: name[1]}".toString())
        docker.node { docker.dockerTag(image: present(), target: target) }
        return target
    }

    String push(String tagname = null, boolean force = true) {
        return docker.node {
            String target = tag(tagname, force)
            docker.dockerPush(image: target)
            target
        }
    }
}

class Container implements Serializable {
    private final docker
    public final String id

    Container(docker, String id) {
        this.docker = docker
        this.id = id
    }

    void stop() {
        docker.dockerStop(container: id)
    }

    String port(port) {
        return docker.dockerPort(container: id, port: port.toString())
    }
}

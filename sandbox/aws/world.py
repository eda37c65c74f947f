#!/usr/bin/env python3
"""Seed the sandbox's world into an AWS-compatible endpoint.

    python world.py --endpoint http://127.0.0.1:5555 [--out map.json] [--eks]
                    [--nodes 3] [--subnets 3] [--pods-per-node 60] [--ipv6] [--legacy-target-group]

Prints (or writes) one JSON object:

    {"placeholders": {"${vpc}": "vpc-…", "${subnet:shop-public-a}": "subnet-…", …},
     "nodes": [{"name": "node-1", "instance": "i-…", "zone": "eu-west-1a",
                "private_ip": "10.0.64.10", "pod_ips": ["10.0.64.101", …]}, …]}

The map is all a runner needs: it never has to look an id up by itself. Without options it is exactly
the fixed world of the conformance cases; --nodes and --subnets make larger ones under the same scheme
(shop-node-4 …; shop-public-a2, shop-private-a2 …), --ipv6 gives the VPC and every subnet an IPv6 block,
--eks adds the record of an EKS cluster "shop" with its OIDC issuer (and the security group that EKS makes).
The server does the same in its own process, and faster: POST /_test/world.
"""
import argparse
import datetime
import json
import os
import sys

import boto3
from botocore.config import Config

REGION = "eu-west-1"
ACCOUNT = "123456789012"
CLUSTER = "shop"
CLUSTER_VERSION = "1.33"
VPC_CIDR = "10.0.0.0/16"
ZONES = ("a", "b", "c")
SECURITY_GROUPS = {  # name -> extra tags
    "shop-frontend": {},
    "shop-extra": {},
    "shop-node": {f"kubernetes.io/cluster/{CLUSTER}": "owned"},
}
CERTIFICATES = ("shop.example.com", "*.shop.example.com", "api.example.org")
WEB_ACL = "shop-acl"
BUCKET = "shop-alb-logs"
PREFIX_LIST = "shop-offices"
PREFIX_LIST_ENTRIES = ("198.51.100.0/24", "203.0.113.0/24")
LEGACY_TARGET_GROUP = "shop-legacy"
EIPS = ("shop-eip-a", "shop-eip-b", "shop-eip-c")
NODES = 3
SUBNETS_PER_KIND = 3  # so many public ones, and so many private ones
PODS_PER_NODE = 60  # secondary private addresses on each node

CERT_DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "world-certs")


def subnet_plan(count=SUBNETS_PER_KIND):
    """{name: (zone letter, CIDR, public)}; the first three of a kind are /20, all others /24."""
    plan = {}
    for kind, first, extra in (("public", 0, 112), ("private", 64, 176)):
        for number in range(count):
            letter, turn = ZONES[number % len(ZONES)], number // len(ZONES)
            name = f"shop-{kind}-{letter}" + (str(turn + 1) if turn else "")
            if turn == 0:
                cidr = f"10.0.{first + 16 * number}.0/20"
            else:
                cidr = f"10.0.{extra + number - len(ZONES)}.0/24"
            plan[name] = (letter, cidr, kind == "public")
    return plan


def node_plan(count=NODES, pods=PODS_PER_NODE):
    """(number, zone letter, private address, pod addresses); nodes take turns in the private subnets."""
    cidrs = {letter: cidr for letter, cidr, public in subnet_plan().values() if not public}
    for index in range(count):
        letter = ZONES[index % len(ZONES)]
        block = int(cidrs[letter].split(".")[2]) + index // len(ZONES)  # 10.0.64, then 10.0.65, …
        addresses = [f"10.0.{block}.{100 + i}" for i in range(1, pods + 1)]
        yield index + 1, letter, f"10.0.{block}.10", addresses


def tags(name, extra=None):
    return [{"Key": k, "Value": v} for k, v in {"Name": name, **(extra or {})}.items()]


def spec(kind, name, extra=None):
    return [{"ResourceType": kind, "Tags": tags(name, extra)}]


def self_signed(domain):
    """PEM (certificate, key) for domain; made once and kept beside this file."""
    stem = os.path.join(CERT_DIR, domain.replace("*", "wildcard"))
    if not os.path.exists(stem + ".crt"):
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, domain)])
        crt = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.datetime(2020, 1, 1))
            .not_valid_after(datetime.datetime(2045, 1, 1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), False)
            .sign(key, hashes.SHA256())
        )
        os.makedirs(CERT_DIR, exist_ok=True)
        with open(stem + ".key", "wb") as f:
            f.write(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.TraditionalOpenSSL,
                    serialization.NoEncryption(),
                )
            )
        with open(stem + ".crt", "wb") as f:
            f.write(crt.public_bytes(serialization.Encoding.PEM))
    with open(stem + ".crt", "rb") as c, open(stem + ".key", "rb") as k:
        return c.read(), k.read()


def client(service, endpoint):
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="SEED",
        aws_secret_access_key="seed",
        config=Config(retries={"max_attempts": 1}),
    )


def seed(endpoint, legacy_target_group=False, nodes=NODES, subnets=SUBNETS_PER_KIND, pods=PODS_PER_NODE,
         ipv6=False, eks=False):
    """Make the world; legacy_target_group adds the one that nobody manages (a few cases need it)."""
    ec2 = client("ec2", endpoint)
    ph = {}

    more = {"AmazonProvidedIpv6CidrBlock": True} if ipv6 else {}
    vpc = ec2.create_vpc(CidrBlock=VPC_CIDR, TagSpecifications=spec("vpc", "shop-vpc"), **more)
    vpc_id = ph["${vpc}"] = vpc["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc_id, **{attribute: {"Value": True}})
    igw = ec2.create_internet_gateway(
        TagSpecifications=spec("internet-gateway", "shop-igw")
    )["InternetGateway"]["InternetGatewayId"]
    ph["${igw}"] = igw
    ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=vpc_id)

    route_tables = {}
    for public in (True, False):
        name = "shop-public" if public else "shop-private"
        rtb = ec2.create_route_table(
            VpcId=vpc_id, TagSpecifications=spec("route-table", name)
        )["RouteTable"]["RouteTableId"]
        if public:
            ec2.create_route(
                RouteTableId=rtb, DestinationCidrBlock="0.0.0.0/0", GatewayId=igw
            )
        route_tables[public] = ph["${rtb:%s}" % name] = rtb

    ipv6_block = None
    if ipv6:
        described = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
        ipv6_block = described["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]  # 2400:…:xx00::/56

    for number, (name, (zone, cidr, public)) in enumerate(subnet_plan(subnets).items()):
        role = "elb" if public else "internal-elb"
        extra = {
            f"kubernetes.io/role/{role}": "1",
            f"kubernetes.io/cluster/{CLUSTER}": "shared",
        }
        subnet = ec2.create_subnet(
            VpcId=vpc_id,
            CidrBlock=cidr,
            AvailabilityZone=REGION + zone,
            TagSpecifications=spec("subnet", name, extra),
            **({"Ipv6CidrBlock": ipv6_block.replace("00::/56", f"{number:02x}::/64")} if ipv6 else {}),
        )["Subnet"]["SubnetId"]
        ph["${subnet:%s}" % name] = subnet
        ec2.associate_route_table(RouteTableId=route_tables[public], SubnetId=subnet)

    for name, extra in SECURITY_GROUPS.items():
        ph["${sg:%s}" % name] = ec2.create_security_group(
            GroupName=name,
            Description=name,
            VpcId=vpc_id,
            TagSpecifications=spec("security-group", name, extra),
        )["GroupId"]
    # the VPC's own default group, so that read-backs can name it
    for group in ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc_id]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]:
        ph["${sg:default}"] = group["GroupId"]

    made = []
    for number, zone, private_ip, pod_ips in node_plan(nodes, pods):
        name = f"shop-node-{number}"
        instance = ec2.run_instances(
            ImageId="ami-12c6146b",
            InstanceType="m5.large",
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[
                {
                    "DeviceIndex": 0,
                    "SubnetId": ph[f"${{subnet:shop-private-{zone}}}"],
                    "Groups": [ph["${sg:shop-node}"]],
                    "PrivateIpAddress": private_ip,
                }
            ],
            TagSpecifications=spec(
                "instance", name, {f"kubernetes.io/cluster/{CLUSTER}": "owned"}
            ),
        )["Instances"][0]
        eni = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
        ec2.assign_private_ip_addresses(
            NetworkInterfaceId=eni, PrivateIpAddresses=pod_ips
        )
        ph["${instance:%s}" % name] = instance["InstanceId"]
        ph["${eni:%s}" % name] = eni
        made.append(
            {
                "name": f"node-{number}",
                "instance": instance["InstanceId"],
                "zone": REGION + zone,
                "private_ip": instance["PrivateIpAddress"],
                "pod_ips": pod_ips,
            }
        )

    acm = client("acm", endpoint)
    for domain in CERTIFICATES:
        certificate, key = self_signed(domain)
        ph["${acm:%s}" % domain] = acm.import_certificate(
            Certificate=certificate, PrivateKey=key, Tags=tags(domain)
        )["CertificateArn"]

    ph["${waf:%s}" % WEB_ACL] = client("wafv2", endpoint).create_web_acl(
        Name=WEB_ACL,
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        Rules=[],
        VisibilityConfig={
            "SampledRequestsEnabled": False,
            "CloudWatchMetricsEnabled": False,
            "MetricName": WEB_ACL,
        },
    )["Summary"]["ARN"]

    client("s3", endpoint).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )

    ph["${pl:%s}" % PREFIX_LIST] = ec2.create_managed_prefix_list(
        PrefixListName=PREFIX_LIST,
        MaxEntries=10,
        AddressFamily="IPv4",
        Entries=[{"Cidr": c, "Description": "office"} for c in PREFIX_LIST_ENTRIES],
        TagSpecifications=spec("prefix-list", PREFIX_LIST),
    )["PrefixList"]["PrefixListId"]

    for name in EIPS:
        ph["${eip:%s}" % name] = ec2.allocate_address(
            Domain="vpc", TagSpecifications=spec("elastic-ip", name)
        )["AllocationId"]

    if legacy_target_group:
        ph["${tg:%s}" % LEGACY_TARGET_GROUP] = client("elbv2", endpoint).create_target_group(
            Name=LEGACY_TARGET_GROUP, Protocol="HTTP", Port=8080, VpcId=vpc_id, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]

    if eks:
        seed_cluster(endpoint, ph)
    return {"placeholders": ph, "nodes": made}


def seed_cluster(endpoint, ph):
    """An EKS cluster in the seeded subnets; ${oidc} is its issuer."""
    role = client("iam", endpoint).create_role(
        RoleName=f"{CLUSTER}-cluster", AssumeRolePolicyDocument=json.dumps(trust("eks.amazonaws.com"))
    )["Role"]["Arn"]
    eks = client("eks", endpoint)
    made = eks.create_cluster(
        name=CLUSTER,
        version=CLUSTER_VERSION,
        roleArn=role,
        resourcesVpcConfig={
            "subnetIds": [ph["${subnet:%s}" % name] for name in subnet_plan()],
            "securityGroupIds": [ph["${sg:shop-node}"]],
        },
    )["cluster"]
    ph["${eks:%s}" % CLUSTER] = made["arn"]
    ph["${oidc}"] = made["identity"]["oidc"]["issuer"]


def trust(service):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", default="http://127.0.0.1:5555")
    parser.add_argument("--out")
    parser.add_argument("--legacy-target-group", action="store_true")
    parser.add_argument("--nodes", type=int, default=NODES, choices=range(1, 49), metavar="N",
                        help="1 to 48")
    parser.add_argument("--subnets", type=int, default=SUBNETS_PER_KIND, choices=range(2, 61), metavar="N",
                        help="2 to 60: so many public ones and so many private ones, over three zones")
    parser.add_argument("--pods-per-node", type=int, default=PODS_PER_NODE, choices=range(1, 151),
                        metavar="N", help="1 to 150 secondary addresses on each node")
    parser.add_argument("--ipv6", action="store_true", help="an IPv6 block for the VPC and each subnet")
    parser.add_argument("--eks", action="store_true", help="the record of an EKS cluster, too")
    args = parser.parse_args()
    if args.subnets < 3 <= args.nodes:
        parser.error("three or more nodes need three private subnets")
    world = seed(args.endpoint, args.legacy_target_group, args.nodes, args.subnets, args.pods_per_node,
                 args.ipv6, args.eks)
    text = json.dumps(world, indent=1) + "\n"
    if args.out:
        with open(args.out, "w") as f:
            f.write(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()

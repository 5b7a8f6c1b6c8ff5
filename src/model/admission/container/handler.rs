//! What probes and lifecycle hooks do (validateHandler and its kin, validateLifecycle).

use k8s_openapi::api::core::v1::{
    ExecAction, GRPCAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe, SleepAction, TCPSocketAction,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::shared::Shared;
use super::words::is_header_name;
use crate::model::admission::forms::{flawed, port_number_flaws};
use crate::model::admission::name::port_name_flaws;
use crate::model::admission::review::Review;
use crate::yaml::FieldPath;

const SCHEMES: &[&str] = &["HTTP", "HTTPS"];

/// The handlers that there are; one of them is to be set.
pub(super) struct Handler<'h> {
    exec: Option<&'h ExecAction>,
    http_get: Option<&'h HTTPGetAction>,
    tcp_socket: Option<&'h TCPSocketAction>,
    grpc: Option<&'h GRPCAction>,
    sleep: Option<&'h SleepAction>,
}

impl<'h> From<&'h Probe> for Handler<'h> {
    fn from(probe: &'h Probe) -> Self {
        let Probe { exec, http_get, tcp_socket, grpc, .. } = probe;
        Handler {
            exec: exec.as_ref(),
            http_get: http_get.as_ref(),
            tcp_socket: tcp_socket.as_ref(),
            grpc: grpc.as_ref(),
            sleep: None,
        }
    }
}

impl<'h> From<&'h LifecycleHandler> for Handler<'h> {
    fn from(hook: &'h LifecycleHandler) -> Self {
        let LifecycleHandler { exec, http_get, tcp_socket, sleep } = hook;
        Handler {
            exec: exec.as_ref(),
            http_get: http_get.as_ref(),
            tcp_socket: tcp_socket.as_ref(),
            grpc: None,
            sleep: sleep.as_ref(),
        }
    }
}

impl Handler<'_> {
    pub(super) fn review(&self, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
        let set = [
            ("exec", self.exec.is_some()),
            ("httpGet", self.http_get.is_some()),
            ("tcpSocket", self.tcp_socket.is_some()),
            ("grpc", self.grpc.is_some()),
            ("sleep", self.sleep.is_some()),
        ];
        let mut set = set.into_iter().filter(|(_, is_set)| *is_set).map(|(field, _)| field);
        let Some(first) = set.next() else {
            review.required(path.clone(), "must specify a handler type", "nothing here says what to do");
            return;
        };
        let place = path.clone().key(first);
        match first {
            "exec" => self.exec.iter().for_each(|exec| review_exec(exec, &place, review)),
            "httpGet" => self.http_get.iter().for_each(|http| review_http(http, &place, review)),
            "tcpSocket" => self.tcp_socket.iter().for_each(|tcp| review_port(&tcp.port, &place, review)),
            "grpc" => self.grpc.iter().for_each(|grpc| {
                flawed(&place.clone().key("port"), port_number_flaws(grpc.port), review);
            }),
            _ => self.sleep.iter().for_each(|sleep| review_sleep(sleep, &place, shared, review)),
        }
        // An overlay may take the first away.
        let is_sure = !review.object.is_patched(&place);
        for other in set.filter(|_| is_sure) {
            let reason = format!("`{first}` is there already");
            review.forbidden(path.clone().key(other), "may not specify more than 1 handler type", reason);
        }
    }
}

fn review_exec(exec: &ExecAction, path: &FieldPath, review: &mut Review<'_>) {
    if exec.command.iter().flatten().next().is_none() {
        review.required(path.clone().key("command"), "", "");
    }
}

fn review_http(http: &HTTPGetAction, path: &FieldPath, review: &mut Review<'_>) {
    review_port(&http.port, path, review);
    if http.scheme.as_deref().is_some_and(|scheme| !scheme.is_empty() && !SCHEMES.contains(&scheme)) {
        review.unsupported(path.clone().key("scheme"), SCHEMES);
    }
    let headers = path.clone().key("httpHeaders");
    for (number, header) in http.http_headers.iter().flatten().enumerate() {
        if !is_header_name(&header.name) {
            let place = headers.clone().index(number).key("name");
            let detail = "a valid HTTP header must consist of alphanumeric characters or '-'";
            let refused = review.invalid(place.clone(), detail, "only letters, digits and `-`");
            refused.named(&place, headers.to_string());
        }
    }
}

/// ValidatePortNumOrName.
fn review_port(port: &IntOrString, action: &FieldPath, review: &mut Review<'_>) {
    let flaws = match port {
        IntOrString::Int(number) => port_number_flaws(*number),
        IntOrString::String(name) => port_name_flaws(name),
    };
    flawed(&action.clone().key("port"), flaws, review);
}

fn review_sleep(sleep: &SleepAction, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    let Some(grace) = shared.grace else { return };
    // 1.32 sleeps no 0 seconds (the gate PodLifecycleSleepActionAllowZero, on from 1.33).
    let least = if review.version.is_at_least(33) { 0 } else { 1 };
    if sleep.seconds < least || sleep.seconds > grace {
        let place = path.clone().key("seconds");
        let detail = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        let reason = format!("0 to {grace}, the grace period, will do");
        review.invalid(place.clone(), detail, reason).named(&place, path.to_string());
    }
}

/// Whether anything is left of it once `stopSignal` is dropped, as servers do unless told otherwise.
pub(super) fn is_lifecycle(lifecycle: &Lifecycle) -> bool {
    lifecycle.stop_signal.is_none() || lifecycle.post_start.is_some() || lifecycle.pre_stop.is_some()
}

pub(super) fn review_lifecycle(lifecycle: &Lifecycle, path: &FieldPath, shared: &Shared<'_>, review: &mut Review<'_>) {
    for (key, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
        if let Some(hook) = hook {
            Handler::from(hook).review(&path.clone().key(key), shared, review);
        }
    }
}

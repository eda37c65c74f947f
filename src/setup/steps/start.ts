import type { Step } from '../step';
import { clusterStep } from './cluster';
import { credentialsStep } from './credentials';
import { kubeconfigStep } from './kubeconfig';
import { toolsStep } from './tools';

export const startSteps: readonly Step[] = [toolsStep, credentialsStep, clusterStep, kubeconfigStep];
